using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Configuration;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Varai.Tests.FeatureFlags.Conditions;

/// <summary>Our time window and that of Microsoft.FeatureManagement, asked the same.</summary>
public sealed class MicrosoftTimeWindowTests
{
    private const int Windows = 2_500;
    private const int MomentsPerWindow = 60;

    private static readonly Gen<DateTimeOffset> Start =
        from day in Gen.Int[0, 365 * 30]
        from seconds in Gen.Frequency((1, Gen.Const(0)), (1, Gen.OneOf(1, 86_399, 43_200)), (2, Gen.Int[0, 86_399]))
        from quarters in Gen.Int[-48, 56]
        select new DateTimeOffset(new DateTime(2000, 1, 1).AddDays(day).AddSeconds(seconds), TimeSpan.FromMinutes(15 * quarters));

    private static readonly Gen<TimeSpan> Length =
        Gen.Frequency(
            (1, Gen.Int[1, 3].Select(d => TimeSpan.FromDays(d))), (1, Gen.Int[-1, 20].Select(d => TimeSpan.FromDays(d))),
            (3, Gen.Int[1, 24 * 60].Select(m => TimeSpan.FromMinutes(m))), (1, Gen.Long[1, TimeSpan.TicksPerDay].Select(t => TimeSpan.FromTicks(t))));

    private static readonly Gen<TimeWindowFilterSettings> Settings =
        from start in Start
        from length in Length
        from weekly in Gen.Bool
        from interval in Gen.Frequency((3, Gen.Const(1)), (2, Gen.Int[0, 5]))
        from firstDay in Gen.Int[0, 6]
        from days in Gen.Int[0, 127]
        from withStart in Gen.Frequency((6, Gen.Const(true)), (1, Gen.Const(false)))
        from twice in Gen.Frequency((8, Gen.Const(false)), (1, Gen.Const(true)))
        from range in Gen.Enum<RecurrenceRangeType>()
        from number in Gen.Int[0, 40]
        from endDay in Gen.Int[-1, 100]
        select new TimeWindowFilterSettings
        {
            Start = start,
            End = (start + length).ToOffset(TimeSpan.FromHours(number - 12 > 14 ? 0 : number - 12)),
            Recurrence = new Recurrence
            {
                Pattern = new RecurrencePattern
                {
                    Type = weekly ? RecurrencePatternType.Weekly : RecurrencePatternType.Daily,
                    Interval = interval,
                    FirstDayOfWeek = (DayOfWeek)firstDay,
                    DaysOfWeek = [.. Days(days | (withStart ? 1 << (int)start.DayOfWeek : 0)), .. twice && days == 0 ? [start.DayOfWeek] : Array.Empty<DayOfWeek>()],
                },
                Range = new RecurrenceRange { Type = range, NumberOfOccurrences = number, EndDate = start.AddDays(endDay).AddHours(number - 12) },
            },
        };

    [Fact]
    public async Task IsMet_RandomRecurrences_SaysWhatMicrosoftSays()
    {
        int met = 0;
        int asked = 0;
        Gen<(int Days, int Edge, long Ticks)[]> moments =
            Gen.Select(Gen.Frequency((3, Gen.Int[0, 60]), (1, Gen.Int[0, 1800])), Gen.Int[0, 9], Gen.Long[0, TimeSpan.TicksPerDay]).Array[MomentsPerWindow];
        await Gen.Select(Settings, moments).SampleAsync(
            async (settings, moments) =>
            {
                string json = JsonSerializer.Serialize(Parameters(settings));
                IReadOnlyList<string> errors = TestCondition.Errors("Microsoft.TimeWindow", json);
                if (!IsValid(json))
                    return errors.Count > 0;

                var time = new SettableTime();
                var ours = new TestCondition("Microsoft.TimeWindow", json);
                var theirs = new TimeWindowFilter { SystemClock = time };
                var context = new FeatureFilterEvaluationContext { FeatureName = "Beta", Settings = settings };
                foreach ((int days, int edge, long ticks) in moments)
                {
                    TimeSpan length = settings.End!.Value - settings.Start!.Value;
                    time.Now = settings.Start!.Value.AddDays(days) + edge switch
                    {
                        0 => TimeSpan.Zero,
                        1 => TimeSpan.FromTicks(1),
                        2 => TimeSpan.FromTicks(-1),
                        3 => length,
                        4 => length - TimeSpan.FromTicks(1),
                        5 => length + TimeSpan.FromTicks(1),
                        _ => TimeSpan.FromTicks(ticks),
                    };
                    bool expected = await theirs.EvaluateAsync(context);
                    if (ours.IsMet(time) != expected)
                        return false;
                    Interlocked.Increment(ref asked);
                    if (expected)
                        Interlocked.Increment(ref met);
                }

                return true;
            },
            iter: Windows);
        Assert.InRange(asked, Windows * MomentsPerWindow / 4, int.MaxValue);
        Assert.InRange(met, asked / 8, asked * 7 / 8);
    }

    [Fact]
    public Task IsMet_RandomWindows_SaysWhatMicrosoftSays() =>
        Gen.Select(Start, Length, Gen.Int[0, 3], Gen.Int[-2, 2]).SampleAsync(
            async (start, length, which, ticks) =>
            {
                string json = JsonSerializer.Serialize(new
                {
                    Start = (which & 1) == 0 ? null : start.ToString("O", CultureInfo.InvariantCulture),
                    End = (which & 2) == 0 ? "" : (start + length).ToString("R", CultureInfo.InvariantCulture),
                });
                var ours = new TestCondition("TimeWindow", json);
                var time = new SettableTime();
                var theirs = new TimeWindowFilter { SystemClock = time };
                var context = new FeatureFilterEvaluationContext { FeatureName = "Beta", Parameters = Configuration(json) };
                foreach (DateTimeOffset edge in (DateTimeOffset[])[start, start + length, new((start + length).UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero)])
                {
                    time.Now = edge.AddTicks(ticks);
                    if (ours.IsMet(time) != await theirs.EvaluateAsync(context))
                        return false;
                }

                return true;
            },
            iter: 500);

    private static IEnumerable<DayOfWeek> Days(int bits) => Enum.GetValues<DayOfWeek>().Where(day => (bits & (1 << (int)day)) != 0);

    private static object Parameters(TimeWindowFilterSettings settings) => new
    {
        Start = settings.Start!.Value.ToString("O", CultureInfo.InvariantCulture),
        End = settings.End!.Value.ToString("O", CultureInfo.InvariantCulture),
        Recurrence = new
        {
            Pattern = new
            {
                Type = settings.Recurrence.Pattern.Type.ToString(),
                Interval = settings.Recurrence.Pattern.Interval.ToString(CultureInfo.InvariantCulture),
                FirstDayOfWeek = settings.Recurrence.Pattern.FirstDayOfWeek.ToString().ToUpperInvariant(),
                DaysOfWeek = settings.Recurrence.Pattern.DaysOfWeek.Select(d => d.ToString()),
            },
            Range = new
            {
                Type = settings.Recurrence.Range.Type.ToString(),
                EndDate = settings.Recurrence.Range.EndDate.ToString("O", CultureInfo.InvariantCulture),
                settings.Recurrence.Range.NumberOfOccurrences,
            },
        },
    };

    private static bool IsValid(string json)
    {
        try
        {
            new TimeWindowFilter().BindParameters(Configuration(json));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static IConfiguration Configuration(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return new ConfigurationBuilder().AddJsonStream(stream).Build();
    }
}
