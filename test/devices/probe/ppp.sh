# Joins two namespaces by PPP over a pseudo terminal. usage: ppp.sh NETNS_A NETNS_B DEVICE ADDRESS_A ADDRESS_B
set -eu
a=$1 b=$2 device=$3 here=$4 there=$5
[ -e /dev/ppp ] || mknod /dev/ppp c 108 0
common="noauth local nodefaultroute noipv6 nodeflate nobsdcomp novj noccp ifname $device"
other="nsenter --net=/run/netns/$b pppd notty nodetach $common $there:$here"
nsenter --net="/run/netns/$a" pppd pty "$other" updetach $common "$here:$there" >/dev/null
