"""The spine's angles: how reading them from outline and landmarks is learned from simulated people."""
