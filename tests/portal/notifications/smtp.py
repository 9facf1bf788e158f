"""A mail server for tests: takes mails, refuses some addresses, closes, hangs."""

import socket
import threading


class SmtpServer:
    """Listens on a port of this machine. `replies` maps an address to what RCPT answers; `mails` keeps what was taken."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.replies: dict[str, str] = {}
        self.greeting = "220 test ESMTP"
        self.mails: list[tuple[str, str]] = []
        self.senders: list[str] = []
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
        self.listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        with connection, connection.makefile("rwb") as stream:

            def say(line):
                stream.write(f"{line}\r\n".encode())
                stream.flush()

            say(self.greeting)
            recipient = ""
            while line := stream.readline().decode().strip():
                verb = line[:4].upper()
                if verb == "MAIL":
                    self.senders.append(line.partition("<")[2].partition(">")[0])
                    say("250 ok")
                elif verb == "RCPT":
                    recipient = line.partition("<")[2].partition(">")[0]
                    say(self.replies.get(recipient, "250 ok"))
                elif verb == "DATA":
                    say("354 go")
                    lines = []
                    while (text := stream.readline().decode().rstrip("\r\n")) != ".":
                        lines.append(text)
                    self.mails.append((recipient, "\n".join(lines)))
                    say("250 taken")
                elif verb == "QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 ok")
