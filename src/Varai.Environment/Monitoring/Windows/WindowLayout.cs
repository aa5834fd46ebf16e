namespace Varai.Monitoring.Windows;

/// <summary>How many slots of each length a series keeps. Slots of 10 seconds that get too old are put together to minutes, minutes to ten
/// minutes, so that no measurement is in two slots.</summary>
internal sealed class WindowLayout(MonitoringOptions options)
{
    public const int SlotsOfMinute = 6;
    public const int MinutesOfTen = 10;
    public const int SlotsOfTen = SlotsOfMinute * MinutesOfTen;
    public const long TicksOfSlot = 10 * TimeSpan.TicksPerSecond;

    public int Slots { get; } = Number(options.TenSecondRetention, TicksOfSlot);

    public int Minutes { get; } = Number(options.MinuteRetention, TicksOfSlot * SlotsOfMinute);

    public int TenMinutes { get; } = Number(options.TenMinuteRetention, TicksOfSlot * SlotsOfTen);

    /// <summary>The first slot that no series has put together with others yet.</summary>
    public int FirstSlot(int open) => open - Slots + 1;

    /// <summary>The first minute that no series has put together with others yet.</summary>
    public int FirstMinute(int open) => ((open - Slots) / SlotsOfMinute) - Minutes + 1;

    /// <summary>The first ten minutes that no series has forgotten yet.</summary>
    public int FirstTen(int open) => ((FirstMinute(open) - 1) / MinutesOfTen) - TenMinutes + 1;

    private static int Number(TimeSpan retention, long ticks) => (int)((retention.Ticks + ticks - 1) / ticks);
}
