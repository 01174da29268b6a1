"""Movements that are no hinge, and hinges beside them, as landmarks of stick people: what is taken for a hinge."""
