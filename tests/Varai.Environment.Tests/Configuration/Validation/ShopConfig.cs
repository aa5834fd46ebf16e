using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace Varai.Tests.Configuration.Validation;

public sealed class ShopConfig
{
    [Required]
    public string? Name { get; set; }

    [Range(1, 65535)]
    public int Port { get; set; } = 80;

    [ConfigurationKeyName("time_out")]
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    public Uri? Address { get; set; }

    public DayOfWeek Day { get; set; }

    public double? Rate { get; set; }

    public bool Open { get; set; }

    public LimitConfig Limit { get; set; } = new();

    public List<LimitConfig> Zones { get; } = [];

    public Dictionary<string, LimitConfig> Regions { get; } = [];

    public int[] Numbers { get; set; } = [];
}

public sealed class LimitConfig
{
    [Range(0, 100)]
    public int Percent { get; set; }

    [RegularExpression("[A-Z]{2}")]
    public string? Country { get; set; }
}
