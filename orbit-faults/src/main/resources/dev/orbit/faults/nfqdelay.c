// Holds the packets that an iptables NFQUEUE rule hands over and lets them go later, where the
// kernel has no sch_netem. One for each network namespace.
//
//   nfqdelay CONF
//
// CONF has a line for each queue: QUEUE DELAY_US JITTER_US LOSS_PPM REORDER(0|1). SIGHUP reads it
// again. Packets are never copied: only their ids and the verdicts cross to user space.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netlink.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <libnetfilter_queue/libnetfilter_queue.h>

#define QUEUES 256
#define LONGEST_WAIT_NS 50000000L

struct link {
  int64_t delay_us;
  int64_t jitter_us;
  int loss_ppm;
  int reorder;
};

struct held {
  int64_t at;
  uint64_t order;
  uint32_t id;
  uint16_t queue;
};

static struct link links[QUEUES];
static struct nfq_q_handle *queues[QUEUES];
static int64_t last[QUEUES];
static struct held *heap;  // the earliest first
static size_t size;
static size_t capacity;
static uint64_t order;
static uint64_t seen;
static uint64_t dropped;
static uint64_t state = 88172645463325252ULL;
static volatile sig_atomic_t reread = 1;
static volatile sig_atomic_t stopped;

static uint64_t draw(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int earlier(const struct held *a, const struct held *b) {
  return a->at < b->at || (a->at == b->at && a->order < b->order);
}

static void swap(size_t i, size_t j) {
  struct held t = heap[i];
  heap[i] = heap[j];
  heap[j] = t;
}

static void push(struct held h) {
  if (size == capacity) {
    capacity = capacity ? capacity * 2 : 1024;
    heap = realloc(heap, capacity * sizeof h);
  }
  size_t i = size++;
  heap[i] = h;
  for (; i && earlier(&heap[i], &heap[(i - 1) / 2]); i = (i - 1) / 2) swap(i, (i - 1) / 2);
}

static struct held pop(void) {
  struct held first = heap[0];
  heap[0] = heap[--size];
  for (size_t i = 0;;) {
    size_t least = i;
    for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < size; child++) {
      if (earlier(&heap[child], &heap[least])) least = child;
    }
    if (least == i) return first;
    swap(i, least);
    i = least;
  }
}

static int received(struct nfq_q_handle *handle, struct nfgenmsg *message, struct nfq_data *data,
                    void *argument) {
  (void)message;
  int queue = (int)(intptr_t)argument;
  struct link *link = &links[queue];
  uint32_t id = ntohl(nfq_get_msg_packet_hdr(data)->packet_id);
  seen++;
  if (link->loss_ppm && (int)(draw() % 1000000) < link->loss_ppm) {
    dropped++;
    return nfq_set_verdict(handle, id, NF_DROP, 0, NULL);
  }
  int64_t jitter = link->jitter_us * 1000;
  int64_t at = now() + link->delay_us * 1000;
  if (jitter) at += (int64_t)(draw() % (2 * jitter)) - jitter;
  if (!link->reorder && at < last[queue]) at = last[queue];
  if (at > last[queue]) last[queue] = at;
  push((struct held){at, order++, id, (uint16_t)queue});
  return 0;
}

static void signalled(int number) {
  if (number == SIGHUP) {
    reread = 1;
  } else {
    stopped = 1;
  }
}

static int open_queue(struct nfq_handle *handle, int queue) {
  queues[queue] = nfq_create_queue(handle, queue, received, (void *)(intptr_t)queue);
  if (!queues[queue]) {
    fprintf(stderr, "queue %d: %s\n", queue, strerror(errno));
    return -1;
  }
  nfq_set_mode(queues[queue], NFQNL_COPY_META, 0xffff);
  nfq_set_queue_maxlen(queues[queue], 200000);
  nfq_set_queue_flags(queues[queue], NFQA_CFG_F_GSO, NFQA_CFG_F_GSO);
  return 0;
}

static int read_links(struct nfq_handle *handle, const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  memset(links, 0, sizeof links);
  int queue;
  struct link link;
  while (fscanf(file, "%d %ld %ld %d %d", &queue, &link.delay_us, &link.jitter_us, &link.loss_ppm,
                &link.reorder) == 5) {
    if (queue < 0 || queue >= QUEUES) continue;
    links[queue] = link;
    if (!queues[queue] && open_queue(handle, queue)) {
      fclose(file);
      return -1;
    }
  }
  fclose(file);
  return 0;
}

static void release(int64_t until) {
  while (size && heap[0].at <= until) {
    struct held h = pop();
    nfq_set_verdict(queues[h.queue], h.id, NF_ACCEPT, 0, NULL);
  }
}

int main(int count, char **arguments) {
  if (count < 2) return 2;
  signal(SIGHUP, signalled);
  signal(SIGTERM, signalled);
  signal(SIGINT, signalled);
  struct nfq_handle *handle = nfq_open();
  if (!handle) {
    perror("nfq_open");
    return 1;
  }
  int fd = nfq_fd(handle);
  int buffer = 8 << 20;
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
  setsockopt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &on, sizeof on);
  static char bytes[1 << 16];
  while (!stopped) {
    if (reread) {
      reread = 0;
      if (read_links(handle, arguments[1])) return 1;
    }
    release(now());
    // Bounded, so that a signal just before the wait is still seen.
    int64_t wait = size ? heap[0].at - now() : LONGEST_WAIT_NS;
    if (wait < 0) wait = 0;
    if (wait > LONGEST_WAIT_NS) wait = LONGEST_WAIT_NS;
    struct timespec timeout = {0, wait};
    struct pollfd poll = {fd, POLLIN, 0};
    if (ppoll(&poll, 1, &timeout, NULL) <= 0) continue;
    for (int i = 0; i < 256; i++) {
      int n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
      if (n <= 0) break;
      nfq_handle_packet(handle, bytes, n);
    }
  }
  release(INT64_MAX);
  fprintf(stderr, "seen %lu dropped %lu\n", seen, dropped);
  nfq_close(handle);
  return 0;
}
