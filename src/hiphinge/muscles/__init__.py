"""What the muscles did: lengths, actions and efforts, phase by phase, and over the set.

`with_lengths` puts lengths into the kinematics; they need angles alone. `muscles` tells of each repetition what each
muscle did, and how much of its strength that took where the moments are known. `of_set` sums up. How and how right:
docs/explanation/muscles.md.
"""

from hiphinge.muscles.reps import Worked, muscles
from hiphinge.muscles.set import of_set
from hiphinge.muscles.stretch import with_lengths

__all__ = ["Worked", "muscles", "of_set", "with_lengths"]
