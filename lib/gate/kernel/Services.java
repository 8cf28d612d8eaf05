package gate.kernel;

import gate.base.Commands;
import gate.base.Reason;
import gate.definition.Definition;
import gate.definition.Placeholders;
import gate.definition.Service;
import gate.definition.Start;
import gate.dsl.StepFailed;
import gate.host.Endpoint;
import gate.host.Health;
import gate.host.Health.Healthy;
import gate.host.HealthCheck;
import gate.journal.Event;
import gate.kernel.Builds.Built;
import gate.kernel.Inspector.KeptService;
import gate.kernel.LiveService.Replica;
import gate.kernel.process.Child;
import gate.kernel.process.SpawnFailed;
import gate.plan.Plan;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The services of one attempt of a leg: found at the endpoints that the user names, or started on
 * free ports of the loopback address, and taken down again.
 */
final class Services {
  private static final Duration NAMED_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration PROBE = Duration.ofSeconds(2);
  private static final int PAUSE_MILLIS = 50;
  private static final int MOST_TRIES = 3;

  /** The C library's words for EADDRINUSE, which most programs hand on. */
  private static final Pattern TAKEN = Pattern.compile("(?i)address (?:is )?already in use");

  /** Somebody else was faster to take a port. */
  private static final class PortTaken extends Broken {
    private static final long serialVersionUID = 1;

    PortTaken(String why) {
      super(why);
    }
  }

  private final Plan plan;
  private final LegWork work;
  private final Map<String, String> env;
  private final Builds builds;
  private final Path temp;
  private final LinkedHashMap<String, LiveService> live = new LinkedHashMap<>();

  Services(Plan plan, LegWork work, Map<String, String> env, Builds builds, Path temp) {
    this.plan = plan;
    this.work = work;
    this.env = env;
    this.builds = builds;
    this.temp = temp;
  }

  /** Those that the names name, and before each those that its placeholders name. */
  static List<Service> ordered(Definition definition, List<String> names) {
    Map<String, Service> ordered = new LinkedHashMap<>();
    names.forEach(name -> place(name, definition, ordered));
    return List.copyOf(ordered.values());
  }

  private static void place(String name, Definition definition, Map<String, Service> ordered) {
    Service service = definition.services().get(name);
    if (ordered.containsKey(name)) {
      return;
    }
    service
        .start()
        .ifPresent(start -> {
          List<String> texts = new ArrayList<>(start.args());
          texts.addAll(start.env().values());
          texts.stream()
              .flatMap(text -> Placeholders.in(text).stream())
              .flatMap(word -> Placeholders.service(word).stream())
              .filter(other -> !other.equals(name))
              .forEach(other -> place(other, definition, ordered));
        });
    ordered.put(name, service);
  }

  /**
   * Makes them usable.
   *
   * @throws Broken where one doesn't get healthy
   */
  void start(List<String> names) {
    for (Service service : ordered(plan.definition(), names)) {
      String named = plan.toggles().endpoints().get(service.name());
      if (named == null && service.byTests()) {
        continue;
      }
      LiveService ready =
          named != null ? named(service, named) : started(service, service.start().orElse(null));
      live.put(service.name(), ready);
      work.journal.append(
          new Event.ServiceReady(
              work.leg,
              work.attempt,
              service.name(),
              named != null ? "named" : "started",
              ready.urls(),
              ready.version(),
              ready.commit(),
              ready.replicas().isEmpty()
                  ? ""
                  : work.folder.path().relativize(ready.replicas().getFirst().log()).toString()));
    }
  }

  /** One that was started before. */
  LiveService get(String name) {
    LiveService service = live.get(name);
    Service declared = plan.definition().services().get(name);
    if (service == null && declared != null && declared.byTests()) {
      throw new StepFailed(
          "service `%s` is started by the tests; name one to talk to: set %s to its URL"
              .formatted(name, declared.endpoint().orElseThrow()));
    }
    if (service == null) {
      throw new StepFailed(
          "service `%s` isn't among the leg's services; list it in `services` of the leg"
              .formatted(name));
    }
    return service;
  }

  /** The variables that tell the leg's processes where the services are that the user named. */
  static Map<String, String> variables(Plan plan, List<String> names) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (Service service : ordered(plan.definition(), names)) {
      String named = plan.toggles().endpoints().get(service.name());
      if (named != null) {
        variables.put(service.endpoint().orElseThrow(), named);
      }
    }
    return variables;
  }

  /** Those of the leg that the user named, by name, with their URLs. */
  Map<String, String> named() {
    Map<String, String> named = new LinkedHashMap<>();
    for (LiveService service : live.values()) {
      if (service.replicas().isEmpty()) {
        named.put(service.name(), service.url());
      }
    }
    return named;
  }

  /** Whether one runs that the gate started. */
  boolean started() {
    return !live.isEmpty();
  }

  /** A sentence for each that ended by itself. */
  List<String> dead() {
    List<String> dead = new ArrayList<>();
    for (LiveService service : live.values()) {
      service.dead().ifPresent(dead::add);
    }
    return dead;
  }

  /** Those that are up, for a person. */
  List<KeptService> kept() {
    return live.values().stream()
        .map(service ->
            new KeptService(
                service.name(),
                service.urls(),
                service.replicas().stream().map(Replica::log).toList()))
        .toList();
  }

  /** Takes down what was started, last first. */
  void stop() {
    for (LiveService service : live.sequencedValues().reversed()) {
      service.replicas().forEach(replica -> replica.child().end(LegWork.GRACE));
      service.replicas().forEach(replica -> work.await(replica.child()));
      if (!service.replicas().isEmpty()) {
        work.journal.append(new Event.ServiceStopped(work.leg, work.attempt, service.name()));
      }
    }
    live.clear();
  }

  private LiveService named(Service service, String url) {
    String variable = service.endpoint().orElseThrow();
    long end = System.nanoTime() + NAMED_TIMEOUT.toNanos();
    while (true) {
      String seen;
      try {
        return ready(service, List.of(url), probe(service, url, service.name()), List.of());
      } catch (StepFailed e) {
        seen = e.getMessage();
      }
      if (System.nanoTime() > end) {
        throw new Broken(
            "service `%s` at %s (%s) isn't healthy: %s; start it there, or %s"
                .formatted(service.name(), url, variable, seen, otherwise(service, variable)));
      }
      pause();
    }
  }

  private static String otherwise(Service service, String variable) {
    if (service.start().isPresent()) {
      return "unset %s to have it started".formatted(variable);
    }
    return service.byTests()
        ? "unset %s to have the tests start their own".formatted(variable)
        : "set %s to where it is".formatted(variable);
  }

  private LiveService started(Service service, Start start) {
    if (start == null) {
      throw new Broken(
          "service `%s` has no `start`, and %s isn't set; set it to the service's URL"
              .formatted(service.name(), service.endpoint().orElse("its endpoint")));
    }
    Path workspace = plan.workspaces().get(start.workspace());
    Built bin = builds.binary(workspace, start, env, work);
    for (int tried = 1; ; tried++) {
      builds.binaries().tested(work, 0, workspace, bin.place(), bin.copy());
      try {
        return started(service, start, bin.copy(), freePorts(start.replicas()));
      } catch (PortTaken e) {
        if (tried == MOST_TRIES) {
          throw e;
        }
      }
    }
  }

  /** On these ports, which were free a moment ago. */
  private LiveService started(Service service, Start start, Path bin, List<Integer> ports) {
    List<String> urls = ports.stream().map(port -> "http://127.0.0.1:" + port).toList();
    List<Replica> replicas = new ArrayList<>();
    for (int i = 0; i < start.replicas(); i++) {
      replicas.add(spawn(service, start, bin, ports, i));
    }
    Healthy answer = new Healthy("unknown", "unknown");
    long end = System.nanoTime() + start.timeout().toNanos();
    try {
      for (Replica replica : replicas) {
        answer = untilHealthy(service, start, replica, urls.get(replica.index()), end);
        own(service, replica, ports.get(replica.index()));
      }
    } catch (PortTaken e) {
      replicas.forEach(replica -> replica.child().end(LegWork.GRACE));
      replicas.forEach(replica -> work.await(replica.child()));
      throw e;
    }
    return ready(service, urls, answer, replicas);
  }

  /** Somebody else on the same port would answer in its place. */
  private void own(Service service, Replica replica, int port) {
    Listeners.stranger(port, work.guardian.pid())
        .ifPresent(stranger -> {
          throw new PortTaken(
              "service `%s`: port %d of replica %d is answered by a process that isn't of this service: %s; end that one"
                  .formatted(service.name(), port, replica.index(), stranger));
        });
  }

  private Replica spawn(Service service, Start start, Path bin, List<Integer> ports, int index) {
    String name = service.name() + "-" + index;
    Path dir = temp.resolve(name);
    try {
      Files.createDirectories(dir);
    } catch (IOException e) {
      throw new Broken("cannot make %s: %s".formatted(dir, Reason.of(e)));
    }
    UnaryOperator<String> value =
        word ->
            switch (word) {
              case "port" -> String.valueOf(ports.get(index));
              case "index" -> String.valueOf(index);
              case "dir" -> dir.toString();
              case "peers" ->
                  String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList());
              default -> get(Placeholders.service(word).orElseThrow()).url();
            };
    List<String> argv = new ArrayList<>(List.of(bin.toString()));
    start.args().forEach(arg -> argv.add(Placeholders.fill(arg, value)));
    Map<String, String> own = new LinkedHashMap<>();
    start.env().forEach((key, text) -> own.put(key, Placeholders.fill(text, value)));
    String log = work.folder.serviceLog(work.leg, work.attempt, service.name(), index);
    Path file = work.folder.path().resolve(log);
    work.log(file, "$ " + Commands.line(own, argv));
    try {
      Child child = work.start(0, argv, Environment.with(env, own), dir, log, file, file);
      return new Replica(index, child, file);
    } catch (SpawnFailed e) {
      throw new Broken(
          "service `%s` can't be started: %s".formatted(service.name(), e.getMessage()));
    }
  }

  private Healthy untilHealthy(
      Service service, Start start, Replica replica, String url, long end) {
    String seen = "nothing was asked";
    while (System.nanoTime() < end) {
      work.check();
      if (replica.child().exit().isDone()) {
        String how = work.await(replica.child()).describe();
        String last = Texts.lastLines(replica.log(), 10);
        String why =
            "service `%s` ended before it was healthy (replica %d: %s); its last lines:\n%s"
                .formatted(service.name(), replica.index(), how, last);
        throw TAKEN.matcher(last).find() ? new PortTaken(why) : new Broken(why);
      }
      try {
        return probe(service, url, "");
      } catch (StepFailed e) {
        seen = e.getMessage();
      }
      pause();
    }
    throw new Broken(
        "service `%s` didn't get healthy within %s (replica %d at %s): %s; its last lines:\n%s"
            .formatted(
                service.name(),
                shown(start.timeout()),
                replica.index(),
                url,
                seen + unheard(start),
                Texts.lastLines(replica.log(), 10)));
  }

  private static String unheard(Start start) {
    return start.hasPort()
        ? ""
        : "; nothing in its `start:` hands it that port: put `{port}` into `args` or `env`";
  }

  private static String shown(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  /**
   * Asks once.
   *
   * @param name what it has to call itself, where it does; empty: what it likes
   * @throws StepFailed where it isn't healthy
   */
  private Healthy probe(Service service, String url, String name) {
    Endpoint endpoint =
        new Endpoint(
            name, service.endpoint().orElse(""), url, service.health().orElse(Endpoint.TCP));
    return switch (HealthCheck.ask(endpoint, PROBE)) {
      case Healthy healthy -> healthy;
      case Health.Not not -> throw new StepFailed(not.why() + question(service, not));
    };
  }

  /** Where it stands what an answering service was asked. */
  private String question(Service service, Health.Not not) {
    return service
        .health()
        .filter(_ -> not.answered())
        .map(health ->
            "; is `health: %s` right (%s:%d)?"
                .formatted(health, plan.definition().file(), service.position().line()))
        .orElse("");
  }

  private static LiveService ready(
      Service service, List<String> urls, Healthy healthy, List<Replica> replicas) {
    return new LiveService(service.name(), urls, healthy.version(), healthy.commit(), replicas);
  }

  /** Free for the moment; nothing keeps them. */
  private static List<Integer> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new Broken("no free port: " + e.getMessage());
    } finally {
      for (ServerSocket socket : sockets) {
        try {
          socket.close();
        } catch (IOException e) {
          // it was never used
        }
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled();
    }
  }
}
