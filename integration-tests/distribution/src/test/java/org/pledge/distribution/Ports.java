package org.pledge.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where a process listens, as Linux tells it. */
final class Ports {
    private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");
    private static final String LISTENS = "0A";
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final Set<String> LOOPBACK = Set.of(
            "0100007F", // 127.0.0.1
            "0000000000000000FFFF00000100007F", // ::ffff:127.0.0.1
            "00000000000000000000000001000000"); // ::1

    private Ports() {}

    /** One open port; a datagram socket counts as one. */
    record Open(String protocol, int port, boolean loopback) {}

    static boolean canBeTold() {
        return Files.isReadable(Path.of("/proc/self/net/tcp"));
    }

    static List<Open> of(long process) throws IOException {
        Path proc = Path.of("/proc", String.valueOf(process));
        Set<String> sockets = sockets(proc);
        List<Open> open = new ArrayList<>();
        for (String protocol : List.of("tcp", "tcp6", "udp", "udp6")) {
            Path table = proc.resolve("net").resolve(protocol);
            for (String line : Files.exists(table) ? Files.readAllLines(table) : List.<String>of()) {
                String[] words = line.strip().split("\\s+");
                if (words.length > INODE
                        && sockets.contains(words[INODE])
                        && (protocol.startsWith("udp") || words[STATE].equals(LISTENS))) {
                    String[] local = words[LOCAL].split(":");
                    open.add(new Open(protocol, Integer.parseInt(local[1], 16), LOOPBACK.contains(local[0])));
                }
            }
        }
        return open;
    }

    private static Set<String> sockets(Path proc) throws IOException {
        Set<String> sockets = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(proc.resolve("fd"))) {
            descriptors.forEach(descriptor -> {
                try {
                    Matcher socket =
                            SOCKET.matcher(Files.readSymbolicLink(descriptor).toString());
                    if (socket.matches()) {
                        sockets.add(socket.group(1));
                    }
                } catch (java.nio.file.NoSuchFileException e) {
                    // closed meanwhile
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return sockets;
    }
}
