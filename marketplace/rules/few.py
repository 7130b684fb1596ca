"""How few people are so few that a number of them says who they are."""

FEW = 5
