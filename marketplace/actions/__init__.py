"""What happens: one verb, one transaction, `*, by=`. Finds nothing by itself, asks nobody's rights."""
