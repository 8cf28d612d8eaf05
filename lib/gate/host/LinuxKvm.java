package gate.host;

import gate.host.KvmDevice.Answer;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * Asks /dev/kvm by the C library's {@code open} and {@code ioctl}. The numbers are those of
 * linux/kvm.h and asm-generic/errno-base.h, alike on x86-64 and AArch64.
 */
@SuppressWarnings("restricted")
final class LinuxKvm {
  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 02000000;
  private static final long KVM_GET_API_VERSION = 0xAE00;
  private static final long KVM_CREATE_VM = 0xAE01;
  private static final int EPERM = 1;
  private static final int EACCES = 13;

  private final Linker linker = Linker.nativeLinker();
  private final MemoryLayout state = Linker.Option.captureStateLayout();
  private final VarHandle errno = state.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private final MethodHandle open =
      function("open", ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
  private final MethodHandle ioctl =
      function("ioctl", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);

  static Answer ask(Path device) {
    if (!System.getProperty("os.name").equals("Linux")) {
      return new Answer.Failed("open", "KVM is Linux's");
    }
    try {
      return new LinuxKvm().answer(device);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private MethodHandle function(String name, MemoryLayout first, MemoryLayout... more) {
    MemoryLayout[] all = new MemoryLayout[more.length + 1];
    all[0] = first;
    System.arraycopy(more, 0, all, 1, more.length);
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, all),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(2));
  }

  private Answer answer(Path device) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment failure = arena.allocate(state);
      MemorySegment path = arena.allocateFrom(device.toString());
      int kvm = (int) open.invoke(failure, path, O_RDWR | O_CLOEXEC, 0);
      if (kvm < 0) {
        int number = (int) errno.get(failure, 0L);
        return number == EACCES || number == EPERM
            ? new Answer.Denied()
            : new Answer.Failed("open", "error " + number);
      }
      try {
        int version = (int) ioctl.invoke(failure, kvm, KVM_GET_API_VERSION, 0L);
        if (version < 0) {
          return failed("KVM_GET_API_VERSION", failure);
        }
        int vm = (int) ioctl.invoke(failure, kvm, KVM_CREATE_VM, 0L);
        if (vm < 0) {
          return failed("KVM_CREATE_VM", failure);
        }
        close(vm);
        return new Answer.Api(version);
      } finally {
        close(kvm);
      }
    }
  }

  private Answer failed(String call, MemorySegment failure) {
    return new Answer.Failed(call, "error " + (int) errno.get(failure, 0L));
  }

  private void close(int descriptor) throws Throwable {
    int _ =
        (int)
            linker
                .downcallHandle(
                    linker.defaultLookup().findOrThrow("close"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                .invoke(descriptor);
  }
}
