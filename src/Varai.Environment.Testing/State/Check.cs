using System.Runtime.CompilerServices;
using System.Text;

namespace Varai.Testing.State;

/// <summary>The few comparisons the clauses need, without a test framework.</summary>
internal static class Check
{
    public static void That(bool condition, [CallerArgumentExpression(nameof(condition))] string expression = "")
    {
        if (!condition)
            throw new ContractException($"Expected: {expression}.");
    }

    public static void Equal<T>(T expected, T actual, [CallerArgumentExpression(nameof(actual))] string expression = "")
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new ContractException($"{expression} was expected to be '{expected}', but was '{actual}'.");
    }

    public static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T> actual, [CallerArgumentExpression(nameof(actual))] string expression = "")
    {
        string wanted = string.Join(", ", expected);
        string found = string.Join(", ", actual);
        if (!string.Equals(wanted, found, StringComparison.Ordinal))
            throw new ContractException($"{expression} was expected to be [{wanted}], but was [{found}].");
    }

    public static void Content(string expected, ReadOnlyMemory<byte>? actual, [CallerArgumentExpression(nameof(actual))] string expression = "")
    {
        string? found = actual is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
        Equal(expected, found, expression);
    }

    public static T Found<T>(T? value, [CallerArgumentExpression(nameof(value))] string expression = "")
        where T : class => value ?? throw new ContractException($"{expression} was expected to be there, but was null.");

    /// <summary>Expects an error of a type or derived from it.</summary>
    public static async Task<TException> ThrowsAsync<TException>(Func<Task> action, [CallerArgumentExpression(nameof(action))] string expression = "")
        where TException : Exception
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (TException exception)
        {
            return exception;
        }
        catch (Exception exception)
        {
            throw new ContractException($"{expression} was expected to throw {typeof(TException).Name}, but threw {exception.GetType().Name}: {exception.Message}", exception);
        }

        throw new ContractException($"{expression} was expected to throw {typeof(TException).Name}, but did not.");
    }
}
