"""One panel a file: each shows snapshots and asks for statements; none knows another."""
