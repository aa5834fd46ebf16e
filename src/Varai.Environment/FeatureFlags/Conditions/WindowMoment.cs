using System.Globalization;
using System.Runtime.InteropServices;

namespace Varai.FeatureFlags.Conditions;

/// <summary>A date of a time window.</summary>
/// <param name="Utc">The moment, in ticks of UTC.</param>
/// <param name="Wall">The time on the wall, in ticks: of the window's time zone if it names one, else as the date was written.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WindowMoment(long Utc, long Wall)
{
    public DayOfWeek DayOfWeek => new DateTime(Wall).DayOfWeek;

    public override string ToString() => Format(Utc);

    /// <summary>A moment as explanations and errors show it.</summary>
    public static string Format(long utc) =>
        new DateTime(Math.Clamp(utc, 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc).ToString(
            utc % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'",
            CultureInfo.InvariantCulture);
}
