using System.Security.Cryptography;

namespace Varai.PostgreSql.State;

/// <summary>How long to wait before the next attempt to reach a server that is away: any time up to a ceiling that doubles, so that
/// many nodes that lost it at one moment don't come back at one moment.</summary>
internal sealed class ReconnectDelay
{
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(20);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);

    private TimeSpan _ceiling = First;

    public TimeSpan Next()
    {
        TimeSpan ceiling = _ceiling;
        _ceiling = ceiling * 2 < Longest ? ceiling * 2 : Longest;
        return TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)Least.TotalMilliseconds, (int)ceiling.TotalMilliseconds + 1));
    }

    public void Reset() => _ceiling = First;
}
