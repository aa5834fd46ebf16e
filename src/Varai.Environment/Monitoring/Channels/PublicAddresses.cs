using System.Net;
using System.Net.Sockets;

namespace Varai.Monitoring.Channels;

/// <summary>Connects to addresses of the open internet only. The address that is connected to is the one that is checked, so that a name
/// that resolves differently the second time gains nothing.</summary>
/// <param name="resolve">Gives the addresses of a host.</param>
internal sealed class PublicAddresses(Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    // Special-purpose addresses after RFC 6890 and the registries of IANA: network, length of the prefix.
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/128", "::1/128", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");

    public PublicAddresses()
        : this(static (host, token) => Dns.GetHostAddressesAsync(host, token))
    {
    }

    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (Special.Any(n => n.Contains(address)))
            return false;
        return Embedded(address) is not { } inner || IsPublic(inner);
    }

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="PrivateAddressException">The host has no public address.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        string host = context.DnsEndPoint.Host;
        IPAddress[] all = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await resolve(host, cancellationToken).ConfigureAwait(false);
        IPAddress[] allowed = [.. all.Where(IsPublic)];
        if (allowed.Length == 0)
            throw new PrivateAddressException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Addresses of IPv6 that lead to one of IPv4.
    private static IPAddress? Embedded(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return null;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (Nat64.Contains(address) || Compatible.Contains(address))
            return new IPAddress(bytes[12..]);
        return SixToFour.Contains(address) ? new IPAddress(bytes[2..6]) : null;
    }
}
