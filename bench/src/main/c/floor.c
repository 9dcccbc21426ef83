/*
 * The least that running commands on this machine can cost: WORKERS processes, each of which runs
 * `sh -c COMMAND` TIMES times, one after the other, reads its stdout and stderr to the end, and
 * reaps it. No network, no order to give, nothing kept.
 *
 *   floor WORKERS TIMES COMMAND
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void die(const char *what) {
  perror(what);
  exit(1);
}

/* Commands here say little, so reading one pipe after the other cannot block them. */
static void read_to_end(int fd) {
  char buffer[4096];
  ssize_t got;
  while ((got = read(fd, buffer, sizeof buffer)) > 0) {
  }
  if (got < 0) die("read");
  close(fd);
}

static int run(const char *command) {
  int out[2], err[2], status;
  if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) die("pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  char *const argv[] = {"sh", "-c", (char *)command, NULL};
  pid_t pid;
  int error = posix_spawn(&pid, "/bin/sh", &actions, NULL, argv, environ);
  if (error) {
    fprintf(stderr, "posix_spawn: %s\n", strerror(error));
    exit(1);
  }
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]);
  close(err[1]);
  read_to_end(out[0]);
  read_to_end(err[0]);
  if (waitpid(pid, &status, 0) < 0) die("waitpid");
  return status;
}

static void work(int times, const char *command) {
  for (int i = 0; i < times; i++) {
    if (run(command) != 0) {
      fprintf(stderr, "the command failed\n");
      exit(1);
    }
  }
  exit(0);
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: floor WORKERS TIMES COMMAND\n");
    return 2;
  }
  int workers = atoi(argv[1]), failed = 0, status;
  for (int i = 0; i < workers; i++) {
    pid_t pid = fork();
    if (pid < 0) die("fork");
    if (pid == 0) work(atoi(argv[2]), argv[3]);
  }
  while (wait(&status) > 0) failed |= status;
  return failed != 0;
}
