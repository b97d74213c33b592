/*
 * A plugin for qemu's user-mode emulators that counts retired instructions. The count is the first
 * 64-bit number of a file that it maps, so that whoever started the emulator can read it at any time;
 * and it lies in the emulated memory, so that a program which can read memory (Espruino's peek32) can
 * as well, without any change of it.
 *
 * Arguments: count=FILE, at=ADDRESS in the emulated memory.
 *
 * Only the few calls that it needs are declared, as qemu's plugin interface of version 1 has them:
 * Debian's qemu-user loads plugins but brings no header.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info;

EXPORT int qemu_plugin_version = 1;

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
  void (*callback)(qemu_plugin_id_t, struct qemu_plugin_tb *));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *instruction);
/* Operation 0 adds a number each time the block is executed. */
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *block, int operation,
  void *counter, uint64_t number);

static int file = -1;
static uint64_t *count;
static uint64_t at;
static int shown;

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
  (void)id;
  /* Where the emulated memory begins is seen from the first instruction that has both addresses. */
  struct qemu_plugin_insn *first = qemu_plugin_tb_get_insn(block, 0);
  char *host = qemu_plugin_insn_haddr(first);
  if (!shown && at && host) {
    char *place = host - qemu_plugin_insn_vaddr(first) + at;
    mmap(place, 4096, PROT_READ, MAP_SHARED | MAP_FIXED, file, 0);
    shown = 1;
  }
  qemu_plugin_register_vcpu_tb_exec_inline(block, 0, count, qemu_plugin_tb_n_insns(block));
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc,
  char **argv)
{
  (void)info;
  for (int i = 0; i < argc; i++) {
    if (strncmp(argv[i], "count=", 6) == 0) file = open(argv[i] + 6, O_RDWR);
    if (strncmp(argv[i], "at=", 3) == 0) at = strtoull(argv[i] + 3, 0, 0);
  }
  count = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (count == MAP_FAILED) return -1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  return 0;
}
