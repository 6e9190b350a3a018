#!/usr/bin/env bash
# The one script that installs what eMPTCP needs: packages of Debian 12, then the workspace. Quick when nothing is
# missing. Says in one line what stands in the way and ends with 1.
set -euo pipefail
cd "$(dirname "$0")/.."

PNPM=10.34.9
BPFFS=/sys/fs/bpf
start=${EPOCHREALTIME/[.,]/}

say() { printf 'setup: %s\n' "$*"; }
stop() {
	printf 'setup: %s\n' "$*" >&2
	exit 1
}

# What must be there, and the Debian package that brings it: a command, or a file when the name starts with a slash.
needs=(
	clang:clang llvm-strip:llvm clang-format:clang-format clangd:clangd
	/usr/include/linux/bpf.h:linux-libc-dev /usr/include/bpf/bpf_helpers.h:libbpf-dev
	"/usr/lib/$(uname -m)-linux-gnu/libbpf.so.1:libbpf1"
	bpftool:bpftool ip:iproute2 nsenter:util-linux nft:nftables ethtool:ethtool sysctl:procps
	iperf3:iperf3 mptcpize:mptcpize curl:curl tshark:tshark
	qemu-system-x86_64:qemu-system-x86 /usr/bin/busybox:busybox-static xz:xz-utils zstd:zstd
	systemd-analyze:systemd dpkg-deb:dpkg
	zsh:zsh fish:fish tmux:tmux man:man-db mandoc:mandoc setpriv:util-linux ping:iputils-ping
)

# Debian keeps these out of the PATH of some shells.
PATH=$PATH:/usr/sbin:/sbin

preflight() {
	[ "$EUID" = 0 ] || stop "loading BPF programs needs root: run this as root (sudo -E npm test)"
	command -v node >/dev/null || stop "node is not installed: install Node.js 20 or newer"
	local version
	version=$(node --version)
	version=${version#v}
	[ "${version%%.*}" -ge 20 ] || stop "node is $version: install Node.js 20 or newer"
	local release major minor
	release=$(uname -r)
	IFS=.- read -r major minor _ <<<"$release"
	((major > 6 || (major == 6 && minor >= 1))) || stop "the kernel is $release: boot Linux 6.1 or newer"
	[ -e /proc/sys/kernel/unprivileged_bpf_disabled ] ||
		stop "the kernel has no bpf(2): boot one with CONFIG_BPF_SYSCALL=y"
	local mptcp=/proc/sys/net/mptcp/enabled
	[ -e $mptcp ] || stop "the kernel has no Multipath TCP: boot one with CONFIG_MPTCP=y"
	[ "$(<$mptcp)" = 1 ] || stop "Multipath TCP is switched off: run sysctl -w net.mptcp.enabled=1"
}

missing_packages() {
	local need what
	for need in "${needs[@]}"; do
		what=${need%%:*}
		case $what in
		/*) [ -e "$what" ] || printf '%s\n' "${need##*:}" ;;
		*) command -v "$what" >/dev/null || printf '%s\n' "${need##*:}" ;;
		esac
	done
}

install_packages() {
	local packages
	mapfile -t packages < <(missing_packages)
	((${#packages[@]})) || return 0
	command -v apt-get >/dev/null || stop "apt-get is not here: install by other means: ${packages[*]}"
	say "installing ${packages[*]}"
	export DEBIAN_FRONTEND=noninteractive
	echo 'wireshark-common wireshark-common/install-setuid boolean false' | debconf-set-selections 2>/dev/null || true
	apt-get update -qq </dev/null ||
		stop "apt-get update failed, see above: check the network and /etc/apt, then run this again"
	apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends "${packages[@]}" </dev/null ||
		stop "apt-get could not install ${packages[*]}, see above: install them by hand, then run this again"
}

# A kernel for guests and the udev that it boots with, unpacked in .cache/guest (test/guest/lib/packages.ts): 110 MB once.
fetch_guest() {
	local cache=.cache/guest package
	for package in "$(apt-cache depends linux-image-6.12-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p')" udev; do
		[ -n "$package" ] || stop "apt has no linux-image-6.12-amd64: add bookworm-security to /etc/apt/sources.list"
		[ -e "$cache/$package" ] && continue
		say "fetching $package for guests"
		mkdir -p "$cache/fetch"
		(cd "$cache/fetch" && apt-get -qq -o APT::Sandbox::User=root download "$package" && dpkg-deb -x ./*.deb tree) ||
			stop "apt-get could not download $package, see above: run apt-get update, then this again"
		mv "$cache/fetch/tree" "$cache/$package"
		rm -r "$cache/fetch"
	done
}

prepare_bpf() {
	bpftool prog list >/dev/null 2>&1 ||
		stop "the kernel refuses bpf(2) here: run on the host, or in a container with CAP_BPF, CAP_NET_ADMIN and CAP_SYS_ADMIN"
	mountpoint -q $BPFFS && return 0
	say "mounting bpffs on $BPFFS"
	mount -t bpf bpf $BPFFS || stop "mounting bpffs failed: run mount -t bpf bpf $BPFFS where that is allowed"
}

# pnpm leaves a copy of the lockfile that it installed; the same content means nothing is to be done.
install_workspace() {
	cmp -s pnpm-lock.yaml node_modules/.pnpm/lock.yaml && return 0
	say "installing the workspace with pnpm $PNPM"
	CI=true npx -y "pnpm@$PNPM" install --frozen-lockfile </dev/null ||
		stop "pnpm could not install the workspace, see above: after a change of package.json run npx pnpm@$PNPM install"
}

preflight
install_packages
prepare_bpf
install_workspace
fetch_guest
now=${EPOCHREALTIME/[.,]/}
say "ready ($(((now - start) / 1000)) ms)"
