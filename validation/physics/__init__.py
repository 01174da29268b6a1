"""How right the loads are: other people's programs and formulae beside ours (`python -m validation.physics`)."""
