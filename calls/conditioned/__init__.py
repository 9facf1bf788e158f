"""What conditions decide in a call: its form, and the lycées that it is for; and the facts of a lycée that they read. No model is imported."""
