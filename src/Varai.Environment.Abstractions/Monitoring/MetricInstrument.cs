namespace Varai.Monitoring;

/// <summary>The instrument that a measurement comes from, as an <see cref="IMetricSink"/> sees it: one object for each instrument.</summary>
public sealed class MetricInstrument
{
    /// <summary>Describes an instrument.</summary>
    /// <param name="id">See <see cref="Id"/>.</param>
    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="kind">See <see cref="Kind"/>.</param>
    public MetricInstrument(int id, string name, MetricKind kind)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentException.ThrowIfNullOrEmpty(name);
        Id = id;
        Name = name;
        Kind = kind;
    }

    /// <summary>A small number of its own, counted from 0 and never given twice, so that a sink can keep what belongs to it in an array.</summary>
    public int Id { get; }

    /// <summary>The metric's name, such as <c>http.server.request.duration</c>.</summary>
    public string Name { get; }

    /// <summary>What its values mean.</summary>
    public MetricKind Kind { get; }

    /// <summary>The name of its meter, such as <c>Microsoft.AspNetCore.Hosting</c>.</summary>
    /// <value>Default: empty.</value>
    public string Meter { get; init; } = "";

    /// <summary>The unit of its values, such as <c>s</c> or <c>By</c>; <see langword="null"/> when none is given.</summary>
    public string? Unit { get; init; }

    /// <summary>What it measures, for people; <see langword="null"/> when it does not say.</summary>
    public string? Description { get; init; }

    /// <summary>Kind, name and meter.</summary>
    public override string ToString() => $"{Kind} {Name} ({Meter})";
}
