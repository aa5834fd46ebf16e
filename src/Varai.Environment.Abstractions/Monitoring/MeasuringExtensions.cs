namespace Varai.Monitoring;

/// <summary>Measures whatever a service does: how long it takes, how often, and how it ends.</summary>
/// <remarks>Each call records its duration in seconds in a histogram of the name given, with the label <c>outcome</c>: <c>success</c>, <c>error</c>, or <c>canceled</c> when
/// it ended with an <see cref="OperationCanceledException"/>. An error has the full name of the exception's type as the label <c>error.type</c>. What is thrown
/// is thrown on.</remarks>
public static class MeasuringExtensions
{
    /// <summary>Does something that gives a value and records how long it took and how it ended.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="metrics">The metrics.</param>
    /// <param name="name">The metric's name, such as <c>orders.place.duration</c>.</param>
    /// <param name="operation">What is done.</param>
    /// <param name="labels">Labels beside those for the outcome.</param>
    /// <returns>What it gives.</returns>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">The name is that of a counter or a gauge.</exception>
    public static T Measure<T>(this IMetrics metrics, string name, Func<T> operation, params (string Label, object? Value)[] labels)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var measured = new MeasuredOperation(metrics, name, labels);
        try
        {
            T result = operation();
            measured.End(error: null);
            return result;
        }
        catch (Exception e)
        {
            measured.End(e);
            throw;
        }
    }

    /// <summary>Does something and records how long it took and how it ended.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <param name="name">The metric's name, such as <c>orders.place.duration</c>.</param>
    /// <param name="operation">What is done.</param>
    /// <param name="labels">Labels beside those for the outcome.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">The name is that of a counter or a gauge.</exception>
    public static void Measure(this IMetrics metrics, string name, Action operation, params (string Label, object? Value)[] labels)
    {
        ArgumentNullException.ThrowIfNull(operation);
        metrics.Measure(name, () => { operation(); return true; }, labels);
    }

    /// <summary>Does something that gives a value and records how long it took and how it ended.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="metrics">The metrics.</param>
    /// <param name="name">The metric's name, such as <c>orders.place.duration</c>.</param>
    /// <param name="operation">What is done.</param>
    /// <param name="labels">Labels beside those for the outcome.</param>
    /// <param name="cancellationToken">Given to what is done.</param>
    /// <returns>What it gives.</returns>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">The name is that of a counter or a gauge.</exception>
    public static async Task<T> MeasureAsync<T>(
        this IMetrics metrics,
        string name,
        Func<CancellationToken, Task<T>> operation,
        IReadOnlyList<(string Label, object? Value)>? labels = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var measured = new MeasuredOperation(metrics, name, labels ?? []);
        try
        {
            T result = await operation(cancellationToken).ConfigureAwait(false);
            measured.End(error: null);
            return result;
        }
        catch (Exception e)
        {
            measured.End(e);
            throw;
        }
    }

    /// <summary>Does something and records how long it took and how it ended.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <param name="name">The metric's name, such as <c>orders.place.duration</c>.</param>
    /// <param name="operation">What is done.</param>
    /// <param name="labels">Labels beside those for the outcome.</param>
    /// <param name="cancellationToken">Given to what is done.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">The name is that of a counter or a gauge.</exception>
    public static Task MeasureAsync(
        this IMetrics metrics,
        string name,
        Func<CancellationToken, Task> operation,
        IReadOnlyList<(string Label, object? Value)>? labels = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return metrics.MeasureAsync(
            name,
            async token =>
            {
                await operation(token).ConfigureAwait(false);
                return true;
            },
            labels,
            cancellationToken);
    }
}
