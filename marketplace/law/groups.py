"""What the law says of a loan of staff between two organisations of one group, in sentences with their source.

Sources: labour code, L. 8241-1 (a loan is not for profit when salary, charges and expenses alone are billed), L. 8241-2
(the employee's agreement, a convention in their name, an amendment to their contract), L. 8241-3 (the loan that is free
or billed below its cost; not inside one group, which it leaves to the commercial code to define). Whether two who say
here that they are of one group are one in that sense, nobody has checked: each sentence that rests on it says so.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TITLE = _("A loan of staff inside a group")
SAID: tuple[str | Promise, ...] = (
    _(
        "A loan of staff between two organisations of one group is a loan like any other: not for profit, with the employee’s agreement, a convention in their name and an amendment to their contract; the salary, the charges and the expenses are billed, and no more (labour code, articles L. 8241-1 and L. 8241-2)."
    ),
    _(
        "A loan that is free, or billed below its cost, isn’t open inside one group (labour code, article L. 8241-3). To be checked with your adviser before anything is signed: whether you are one group in the sense of this article, and under which terms you may lend."
    ),
    _(
        "These articles are about employees. A public agent is made available under a legal frame of its own."
    ),
)
