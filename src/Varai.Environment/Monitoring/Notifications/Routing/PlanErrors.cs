using System.Globalization;

namespace Varai.Monitoring.Notifications.Routing;

/// <summary>What is wrong with the options, each naming key, value and rule.</summary>
internal sealed class PlanErrors
{
    private readonly List<string> _messages = [];

    public IReadOnlyList<string> Messages => _messages;

    public void Add(string key, object? value, string rule) =>
        _messages.Add(string.Create(CultureInfo.InvariantCulture, $"{AlertNotificationOptions.SectionName}:{key} is '{value}', but {rule}."));

    public void CheckRange<T>(string key, T value, T least, T greatest)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(greatest) > 0)
            Add(key, value, string.Create(CultureInfo.InvariantCulture, $"must be from {least} to {greatest}"));
    }

    /// <summary>Reads each text; those that can't be read are left out.</summary>
    public IReadOnlyList<T> Read<T>(string key, IList<string> texts, Func<string, T> read)
    {
        var all = new List<T>();
        for (int i = 0; i < texts.Count; i++)
        {
            try
            {
                all.Add(read(texts[i] ?? ""));
            }
            catch (FormatException e)
            {
                Add($"{key}:{i}", texts[i], e.Message);
            }
        }

        return all;
    }

    /// <summary>Looks each name up; those that are not there are left out.</summary>
    public IReadOnlyList<T> Find<T>(string key, IList<string> names, IReadOnlyDictionary<string, T> known, string what)
    {
        var all = new List<T>();
        for (int i = 0; i < names.Count; i++)
        {
            if (known.TryGetValue(names[i] ?? "", out T? found))
                all.Add(found);
            else
                AddUnknown($"{key}:{i}", names[i], known.Keys, what);
        }

        return all;
    }

    public void AddUnknown(string key, string? name, IEnumerable<string> known, string what)
    {
        string all = string.Join(", ", known.Order(StringComparer.Ordinal));
        Add(key, name, $"must be the name of {what}; there {(all.Length == 0 ? "is none" : $"are: {all}")}");
    }
}
