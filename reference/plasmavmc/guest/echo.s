# A guest that answers: a boot sector that prints "plasmavmc guest" to the first serial port, sends each line that it
# gets there back behind "you said: ", and sleeps in between until it is stopped.
#
#   as --32 -o echo.o echo.s && ld -m elf_i386 -Ttext 0x7c00 --oformat binary -o echo.bin echo.o
        .code16
        .globl  _start
        .equ    line, 0x8000
_start: ljmp    $0, $.Lhere
.Lhere: xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movw    $0x7c00, %sp
        cld
        sti
        movw    $.Lhello, %si
        call    print
.Lnew:  movw    $line, %di
.Lloop: movw    $0x3fd, %dx                     # the line status register of the 16550: bit 0, data ready
        inb     %dx, %al
        testb   $1, %al
        jnz     .Lbyte
        hlt                                     # until the BIOS's timer ticks, 18 times a second
        jmp     .Lloop
.Lbyte: movw    $0x3f8, %dx
        inb     %dx, %al
        stosb
        cmpb    $'\n', %al
        je      .Lsay
        cmpw    $line + 200, %di                # a longer line is cut
        jb      .Lloop
.Lsay:  movb    $0, (%di)
        movw    $.Lsaid, %si
        call    print
        movw    $line, %si
        call    print
        jmp     .Lnew

print:  lodsb
        testb   %al, %al
        jz      .Ldone
        movb    %al, %bl
.Lwait: movw    $0x3fd, %dx
        inb     %dx, %al
        testb   $0x20, %al
        jz      .Lwait
        movb    %bl, %al
        movw    $0x3f8, %dx
        outb    %al, %dx
        jmp     print
.Ldone: ret

.Lhello: .asciz "plasmavmc guest\n"
.Lsaid: .asciz  "you said: "
        .org    510
        .word   0xaa55
