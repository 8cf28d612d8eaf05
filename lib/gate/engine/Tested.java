package gate.engine;

import gate.base.Reason;
import gate.base.World;
import gate.host.Git;
import gate.plan.Plan;
import gate.plan.Refused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What a flow tests, in a digest: where it is another, a resumed flow repeats every leg. */
public final class Tested {
  private Tested() {}

  /** By the commits of the definition and of the workspaces. */
  public static String digest(World world, Plan plan) {
    List<Path> folders = new ArrayList<>(List.of(plan.definition().folder()));
    folders.addAll(plan.workspaces().values());
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(Files.readAllBytes(plan.definition().file()));
      for (Path folder : folders) {
        Git git = Git.of(world, folder);
        digest.update((folder + " " + git.commit() + "\n").getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new Refused("%s can't be read: %s".formatted(plan.definition().file(), Reason.of(e)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
