# Joins two WireGuard devices of one name. usage: wireguard.sh NETNS_A NETNS_B DEVICE ADDRESS_A ADDRESS_B
set -eu
a=$1 b=$2 device=$3 here=$4 there=$5
keys=$(mktemp -d)
trap 'rm -rf "$keys"' EXIT
for end in a b; do
	wg genkey >"$keys/$end"
	wg pubkey <"$keys/$end" >"$keys/$end.pub"
done
nsenter --net="/run/netns/$a" wg set "$device" private-key "$keys/a" listen-port 51820 \
	peer "$(cat "$keys/b.pub")" allowed-ips 0.0.0.0/0 endpoint "$there:51820"
nsenter --net="/run/netns/$b" wg set "$device" private-key "$keys/b" listen-port 51820 \
	peer "$(cat "$keys/a.pub")" allowed-ips 0.0.0.0/0 endpoint "$here:51820"
