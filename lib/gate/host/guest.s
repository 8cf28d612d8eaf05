# The guest that proves an accelerator: a boot sector that enters long mode, counts down, writes a line to the first
# serial port, and leaves QEMU through its isa-debug-exit device at port 0xf4. Without that device it halts.
#
#   as --64 -o guest.o guest.s && ld -m elf_x86_64 -Ttext 0x7c00 --oformat binary -o guest.bin guest.o
# Its bytes stand in BootSector.java.
#
# The tables of four-level paging and the way into long mode: AMD64 Architecture Programmer's Manual, volume 2,
# sections 5.3 and 14.6. The serial port: 16550's line status register, bit 5, "transmitter holding register empty".
        .code16
        .globl  _start
_start: cli
        cld
        xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movw    $0x7c00, %sp
        ljmp    $0, $.Lhere                     # cs is 0 from here on
.Lhere: movw    $0x1000, %di                    # 12 KiB of zeros: three tables of a page each
        xorl    %eax, %eax
        movw    $0x0c00, %cx
        rep stosl
        movw    $0x2003, 0x1000                 # the first entry of each leads to the next,
        movw    $0x3003, 0x2000
        movw    $0x0083, 0x3000                 # and the last to the first 2 MiB of memory
        movl    $0x1000, %eax
        movl    %eax, %cr3
        movl    %cr4, %eax
        orb     $0x20, %al                      # CR4.PAE
        movl    %eax, %cr4
        movl    $0xc0000080, %ecx               # EFER
        rdmsr
        orb     $0x01, %ah                      # EFER.LME
        wrmsr
        lgdt    .Lgdtr
        movl    %cr0, %eax
        orl     $0x80000001, %eax               # CR0.PG, CR0.PE
        movl    %eax, %cr0
        ljmp    $0x08, $.Llong

        .code64
.Llong: movl    $0x10, %eax
        movl    %eax, %ds
        movl    %eax, %ss
        movabsq $0x100000000, %rcx              # 64 bits wide: only in long mode does this count as it should,
        shrq    $5, %rcx                        # 2^27 times: where a kernel's /dev/kvm interprets its guests one
.Ldown: decq    %rcx                            # instruction after the other, this takes half an hour
        jnz     .Ldown
        leaq    .Lline(%rip), %rsi
.Lnext: lodsb
        testb   %al, %al
        jz      .Lleave
        movb    %al, %bl
.Lwait: movw    $0x3fd, %dx
        inb     %dx, %al
        testb   $0x20, %al
        jz      .Lwait
        movb    %bl, %al
        movw    $0x3f8, %dx
        outb    %al, %dx
        jmp     .Lnext
.Lleave:
        movb    $0x10, %al                      # QEMU leaves with 0x10 * 2 + 1
        movw    $0xf4, %dx
        outb    %al, %dx
.Lhalt: hlt
        jmp     .Lhalt

        .balign 8
.Lgdt:  .quad   0
        .quad   0x00209a0000000000              # 64-bit code
        .quad   0x0000920000000000              # data
.Lgdtr: .word   . - .Lgdt - 1
        .long   .Lgdt
.Lline: .asciz  "a 64-bit guest ran\n"

        .org    510
        .word   0xaa55
