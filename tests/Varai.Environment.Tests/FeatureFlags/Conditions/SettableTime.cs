using System.Globalization;

namespace Varai.Tests.FeatureFlags.Conditions;

/// <summary>A clock that can be set back as well, to ask about moments in any order.</summary>
internal sealed class SettableTime : TimeProvider
{
    public SettableTime(DateTimeOffset now = default) => Now = now;

    public DateTimeOffset Now { get; set; }

    public static SettableTime At(string now) => new(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture));

    public override DateTimeOffset GetUtcNow() => Now.ToUniversalTime();
}
