package gate.kernel;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who listens on a port of the loopback address, by Linux's own tables; elsewhere it isn't known.
 */
final class Listeners {
  private static final String LISTENING = "0A";
  private static final Set<String> LOOPBACK = Set.of("0100007F", "7F000001");

  private Listeners() {}

  /** A listening socket; {@code loopback} where it isn't one for every address. */
  private record Socket(String inode, boolean loopback) {}

  /**
   * A process that answers on a port and isn't below another one, shown as {@code pid (command)}.
   *
   * @param above the process that those have to be below that may answer
   */
  static Optional<String> stranger(int port, long above) {
    List<Socket> sockets = new ArrayList<>(listening("/proc/net/tcp", port));
    sockets.addAll(listening("/proc/net/tcp6", port));
    boolean specific = sockets.stream().anyMatch(Socket::loopback); // then others aren't asked
    Set<String> open = new HashSet<>();
    sockets.stream()
        .filter(it -> it.loopback() == specific)
        .forEach(it -> open.add("socket:[%s]".formatted(it.inode())));
    if (open.isEmpty()) {
      return Optional.empty();
    }
    ProcessHandle.of(above).stream()
        .flatMap(ProcessHandle::descendants)
        .forEach(process -> open.removeAll(sockets(process)));
    return open.isEmpty()
        ? Optional.empty()
        : Optional.of(
            ProcessHandle.allProcesses()
                .filter(process -> sockets(process).stream().anyMatch(open::contains))
                .findFirst()
                .map(Listeners::shown)
                .orElse("one that can't be seen"));
  }

  private static String shown(ProcessHandle process) {
    return "%d (%s)".formatted(process.pid(), process.info().command().orElse("?"));
  }

  private static List<Socket> listening(String table, int port) {
    String wanted = ":%04X".formatted(port);
    try (Stream<String> lines = Files.lines(Path.of(table))) {
      return lines
          .map(line -> line.strip().split("\\s+"))
          .filter(it -> it.length > 9 && it[3].equals(LISTENING) && it[1].endsWith(wanted))
          .map(it -> socket(it[1].substring(0, it[1].indexOf(':')), it[9]))
          .flatMap(Optional::stream)
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<Socket> socket(String address, String inode) {
    String last = address.substring(address.length() - 8);
    boolean loopback = LOOPBACK.contains(last);
    return loopback || address.chars().allMatch(it -> it == '0')
        ? Optional.of(new Socket(inode, loopback))
        : Optional.empty();
  }

  private static Set<String> sockets(ProcessHandle process) {
    Set<String> sockets = new HashSet<>();
    try (DirectoryStream<Path> open =
        Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/fd"))) {
      for (Path file : open) {
        target(file).filter(it -> it.startsWith("socket:")).ifPresent(sockets::add);
      }
    } catch (IOException e) {
      // it is gone, or not ours to look at
    }
    return sockets;
  }

  private static Optional<String> target(Path link) {
    try {
      return Optional.of(Files.readSymbolicLink(link).toString());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
