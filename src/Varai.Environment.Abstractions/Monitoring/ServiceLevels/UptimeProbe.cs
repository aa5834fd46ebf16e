using System.Globalization;
using System.Net.Sockets;

namespace Varai.Monitoring.ServiceLevels;

/// <summary>Finds out whether something is up.</summary>
/// <remarks>It is asked once in each slot, by one thread at a time for each objective. What it throws means that it is down; so does an answer that takes
/// longer than half a slot, or ten seconds.</remarks>
public sealed class UptimeProbe
{
    private readonly Func<CancellationToken, Task<bool>> _check;

    private UptimeProbe(string description, Func<CancellationToken, Task<bool>> check) => (Description, _check) = (description, check);

    /// <summary>The probe in words. What was counted is kept under it: another description begins anew.</summary>
    public string Description { get; }

    /// <summary>Asks for an address by GET: up when the answer has a status from 200 to 399. Redirections are not followed.</summary>
    /// <param name="address">The address; without a user and password, and what is secret does not belong into it.</param>
    /// <exception cref="ArgumentException">It is no absolute address of HTTP, or has a user in it.</exception>
    public static UptimeProbe Http(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps) || address.UserInfo.Length > 0)
            throw new ArgumentException("The address of a probe is an absolute one of http or https, without a user in it.", nameof(address));

        // Names are looked up anew from time to time; nothing else is kept.
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
        return new UptimeProbe($"GET {address.GetLeftPart(UriPartial.Path)}", async cancellationToken =>
        {
            using HttpResponseMessage answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            return (int)answer.StatusCode is >= 200 and < 400;
        });
    }

    /// <summary>Connects to a port: up when somebody accepts.</summary>
    /// <param name="host">The name or address of the host.</param>
    /// <param name="port">The port.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port is not from 1 to 65535.</exception>
    public static UptimeProbe Tcp(string host, int port)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        return new UptimeProbe(string.Create(CultureInfo.InvariantCulture, $"connect {host}:{port}"), async cancellationToken =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
            return true;
        });
    }

    /// <summary>Asks a function.</summary>
    /// <param name="description">The probe in words.</param>
    /// <param name="check">Says whether it is up.</param>
    public static UptimeProbe Of(string description, Func<CancellationToken, Task<bool>> check)
    {
        ArgumentException.ThrowIfNullOrEmpty(description);
        ArgumentNullException.ThrowIfNull(check);
        return new UptimeProbe(description, check);
    }

    /// <summary>Asks once.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it is up.</returns>
    public Task<bool> CheckAsync(CancellationToken cancellationToken) => _check(cancellationToken);

    /// <summary>The probe in words.</summary>
    public override string ToString() => Description;
}
