"""How right hiphinge is: simulated people, labelled clips and published cases against what it measures."""
