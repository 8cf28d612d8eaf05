package gate.dsl;

import java.nio.file.Path;
import java.util.function.Supplier;

/** {@code qemu.path} and {@code disk.path}: what virtual machines are booted with. */
public final class MachineWords {
  private final Supplier<Path> given;

  MachineWords(Supplier<Path> given) {
    this.given = given;
  }

  /** The file. */
  public String getPath() {
    return given.get().toString();
  }
}
