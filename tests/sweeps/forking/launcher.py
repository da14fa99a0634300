# A process that stands for a fork until that ends. The server's socket lies beside it.
# It imports little, for it runs often.
import contextlib
import json
import os
import signal
import socket
import sys


def run_as_fork(arguments):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.connect(os.path.join(os.path.dirname(sys.argv[0]), "socket"))
        request = json.dumps([arguments, dict(os.environ), os.getcwd()]).encode()
        socket.send_fds(server, [len(request).to_bytes(8, "big")], [0, 1, 2])
        server.sendall(request)
        fork = int.from_bytes(server.recv(8), "big")
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, frame: os.kill(fork, number))
        return int.from_bytes(server.recv(8), "big", signed=True)


def end_as(status):
    if status < 0:  # by a signal
        with contextlib.suppress(OSError):  # of which not all can be set
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    sys.exit(status)


arguments = sys.argv[1:]
if arguments and arguments[0].endswith(".py"):
    end_as(run_as_fork(arguments))
os.execv(sys.executable, [sys.executable, *arguments])
