"""The spine: the back's outline over time, a rod laid on it, and how far lumbar and thoracic spine bend."""
