from django.dispatch import Signal

# Sent by the gate inside its transaction. Arguments: instance, name, source, target, actor, data.
# A higher app subscribes in its receivers.py; this is the only upward path.
transitioned = Signal()
