package gate.report;

import gate.base.World;
import gate.journal.Entry;
import java.util.List;

/** What becomes of a run's lines where they are kept: by the rules of who keeps them. */
interface Log {
  /** The lines that an entry adds, as they are written; nothing where they come later. */
  String of(Entry entry, List<String> lines);

  /** Lines that belong to nothing. */
  String plain(List<String> lines);

  /** What was held back. */
  String end();

  /** By what the environment says of it. */
  static Log of(World world) {
    if (world.env("GITHUB_ACTIONS").equals("true")) {
      return new GroupedLog(new GitHub(world.env("GITHUB_WORKSPACE")));
    }
    return world.env("GITLAB_CI").equals("true") ? new GroupedLog(new GitLab()) : new PlainLog();
  }

  /** As they come. */
  final class PlainLog implements Log {
    @Override
    public String of(Entry entry, List<String> lines) {
      return plain(lines);
    }

    @Override
    public String plain(List<String> lines) {
      StringBuilder text = new StringBuilder();
      lines.forEach(line -> text.append(line).append('\n'));
      return text.toString();
    }

    @Override
    public String end() {
      return "";
    }
  }
}
