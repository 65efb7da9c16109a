#!/usr/bin/env bash
# Hosts as network namespaces on one bridge, with links that can be cut, slowed and made to lose.
# Needs root, iproute2 and iptables-legacy; delays also need nfqdelay beside this file.
# Each rule sits in the receiver's INPUT chain, so that a sender meets silence, as on a real cut.
set -euo pipefail

PREFIX=${NETNS_PREFIX:?a short name for these hosts}
STATE=${NETNS_STATE:?a directory for what is remembered about them}
NET=10.77.0
BRIDGE=${PREFIX}br
HERE=$(cd "$(dirname "$0")" && pwd)

usage() {
  cat <<'U'
up N                       make the hosts 1 to N: host I is 10.77.0.I in namespace PREFIX-I
down                       remove everything that belongs to the prefix
cut I J | cut1 I J         drop what they send each other | what I sends J
heal I J | heal            undo cuts between two | all cuts
split "1 2" "3 4 5"        cut every pair across the groups
loss I "J ..." PERCENT     lose packets both ways between I and each J; 0 ends it
delay I "J ..." MS JITTER  delay packets so, in order; 0 ends it
status                     the rules in force
U
}

inside() { ip netns exec "$PREFIX-$1" "${@:2}"; }
filter() { inside "$1" iptables-legacy -w "${@:2}"; }
hosts() { seq 1 "$(cat "$STATE/n" 2>/dev/null || echo 0)"; }
# All copies of a rule.
remove() { while filter "$1" -D "${@:2}" 2>/dev/null; do :; done; }

cut_one_way() {
  remove "$2" ORBITCUT -s "$NET.$1" -j DROP
  filter "$2" -A ORBITCUT -s "$NET.$1" -j DROP
}

heal_one_way() { remove "$2" ORBITCUT -s "$NET.$1" -j DROP; }

lose_one_way() {
  local rule
  rule=$(filter "$2" -S ORBITLOSS | grep -F -- "-s $NET.$1/32" || true)
  if [ -n "$rule" ]; then
    # The rule as iptables shows it is a list of words.
    # shellcheck disable=SC2086
    filter "$2" ${rule/-A/-D}
  fi
  if [ "$3" != 0 ]; then
    filter "$2" -A ORBITLOSS -s "$NET.$1" -m statistic --mode random \
      --probability "$(awk "BEGIN{print $3/100}")" -j DROP
  fi
}

# Queue I in J's namespace.
delay_one_way() {
  local conf=$STATE/delay$2.conf pid=$STATE/delay$2.pid
  touch "$conf"
  sed -i "/^$1 /d" "$conf"
  remove "$2" ORBITDELAY -s "$NET.$1" -j NFQUEUE --queue-num "$1" --queue-bypass
  if [ "$3" != 0 ]; then
    echo "$1 $(($3 * 1000)) $(($4 * 1000)) 0 0" >>"$conf"
  fi
  if [ -f "$pid" ] && kill -0 "$(cat "$pid")" 2>/dev/null; then
    kill -HUP "$(cat "$pid")"
  elif [ "$3" != 0 ]; then
    ip netns exec "$PREFIX-$2" setsid "$HERE/nfqdelay" "$conf" \
      >"$STATE/delay$2.log" 2>&1 </dev/null &
    echo $! >"$pid"
  fi
  if [ "$3" != 0 ]; then
    # Packets that nobody takes yet pass at once.
    filter "$2" -A ORBITDELAY -s "$NET.$1" -j NFQUEUE --queue-num "$1" --queue-bypass
  fi
}

up() {
  mkdir -p "$STATE"
  echo "$1" >"$STATE/n"
  ip link add "$BRIDGE" type bridge forward_delay 0
  ip link set "$BRIDGE" up
  for i in $(hosts); do
    ip netns add "$PREFIX-$i"
    ip link add "${PREFIX}v$i" type veth peer name eth0 netns "$PREFIX-$i"
    ip link set "${PREFIX}v$i" master "$BRIDGE" up
    inside "$i" ip addr add "$NET.$i/24" dev eth0
    inside "$i" ip link set eth0 up
    inside "$i" ip link set lo up
    for chain in ORBITCUT ORBITLOSS ORBITDELAY; do
      filter "$i" -N "$chain"
      filter "$i" -A INPUT -j "$chain"
    done
  done
}

down() {
  for pid in "$STATE"/delay*.pid; do
    if [ -f "$pid" ]; then kill "$(cat "$pid")" 2>/dev/null || true; fi
  done
  for i in $(hosts); do
    ip netns del "$PREFIX-$i" 2>/dev/null || true
    ip link del "${PREFIX}v$i" 2>/dev/null || true
  done
  ip link del "$BRIDGE" 2>/dev/null || true
  rm -rf "$STATE"
}

heal_all() { for i in $(hosts); do filter "$i" -F ORBITCUT; done; }

split() {
  for a in $1; do
    for b in $2; do
      cut_one_way "$a" "$b"
      cut_one_way "$b" "$a"
    done
  done
}

status() {
  for i in $(hosts); do
    echo "== $PREFIX-$i $NET.$i"
    filter "$i" -S | grep -E '^-A ORBIT' || true
    cat "$STATE/delay$i.conf" 2>/dev/null || true
  done
}

both_ways() {
  for j in $3; do
    "$1" "$2" "$j" "${@:4}"
    "$1" "$j" "$2" "${@:4}"
  done
}

case "${1:-}" in
  up) up "$2" ;;
  down) down ;;
  cut) both_ways cut_one_way "$2" "$3" ;;
  cut1) cut_one_way "$2" "$3" ;;
  heal) if [ $# -ge 3 ]; then both_ways heal_one_way "$2" "$3"; else heal_all; fi ;;
  split) split "$2" "$3" ;;
  loss) both_ways lose_one_way "$2" "$3" "$4" ;;
  delay) both_ways delay_one_way "$2" "$3" "$4" "$5" ;;
  status) status ;;
  *)
    usage
    exit 2
    ;;
esac
