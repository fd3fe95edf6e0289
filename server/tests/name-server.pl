# A name server that returns the address in the file /address for every name.
# It answers after the number of seconds in its argument.
use strict;
use warnings;
use Socket;

$SIG{CHLD} = 'IGNORE';
socket(my $socket, PF_INET, SOCK_DGRAM, 0) or die "socket: $!";
bind($socket, pack_sockaddr_in(53, INADDR_ANY)) or die "bind: $!";
while (defined(my $client = recv($socket, my $query, 512, 0))) {
    next if fork;
    sleep $ARGV[0];
    # After the header of 12 bytes: labels, each after its length, an empty one, type, class.
    my $end = 12;
    while (my $length = ord substr $query, $end, 1) { $end += 1 + $length }
    my $question = substr $query, 12, $end + 5 - 12;
    my $is_ipv4 = unpack('n', substr $question, -4, 2) == 1;
    open my $file, '<', '/address' or die "/address: $!";
    my $record = pack 'n n n N n a4', 0xc00c, 1, 1, 0, 4, inet_aton(scalar <$file>);
    my $head = substr($query, 0, 2) . pack 'n5', 0x8180, 1, $is_ipv4 ? 1 : 0, 0, 0;
    send $socket, $head . $question . ($is_ipv4 ? $record : ''), 0, $client;
    exit;
}
