using System.Globalization;
using System.Text;

namespace Varai.Monitoring;

/// <summary>Reads what stands between the braces of an <see cref="AlertTemplate"/>.</summary>
internal sealed class AlertTemplateReader(string text, int from, int to)
{
    private static readonly Dictionary<string, (int Least, int Most)> Functions = new(StringComparer.Ordinal)
    {
        ["humanize"] = (1, 1),
        ["humanize1024"] = (1, 1),
        ["humanizePercentage"] = (1, 1),
        ["humanizeDuration"] = (1, 1),
        ["toUpper"] = (1, 1),
        ["toLower"] = (1, 1),
        ["printf"] = (1, 8),
    };

    private int _at = from;

    /// <summary>Where the braces end that were opened; those within quotes don't count.</summary>
    public static int FindEnd(string text, int from)
    {
        bool isQuoted = false;
        for (int i = from; i < text.Length; i++)
        {
            if (text[i] == '\\' && isQuoted)
                i++;
            else if (text[i] == '"')
                isQuoted = !isQuoted;
            else if (!isQuoted && text[i] == '}' && i + 1 < text.Length && text[i + 1] == '}')
                return i;
        }

        return -1;
    }

    public AlertTemplatePipeline ReadPipeline()
    {
        var commands = new List<AlertTemplateCommand>();
        do
        {
            commands.Add(ReadCommand(isFirst: commands.Count == 0));
        }
        while (TryTake('|'));
        if (_at < to)
            throw Error($"'{text[_at]}' is not expected");
        return new AlertTemplatePipeline(commands);
    }

    private AlertTemplateCommand ReadCommand(bool isFirst)
    {
        Skip();
        int start = _at;
        if (_at < to && char.IsAsciiLetter(text[_at]))
        {
            string name = ReadName();
            if (name == "index")
                return ReadIndex(start);
            if (!Functions.TryGetValue(name, out (int Least, int Most) counts))
                throw Error($"there is no function '{name}'; there are {string.Join(", ", Functions.Keys.Append("index").Order(StringComparer.Ordinal))}", start);
            List<AlertTemplateOperand> arguments = ReadOperands();
            int count = arguments.Count + (isFirst ? 0 : 1);
            if (count < counts.Least || count > counts.Most)
                throw Error($"'{name}' takes {(counts.Least == counts.Most ? $"{counts.Least}" : $"{counts.Least} to {counts.Most}")} arguments, and here are {count}", start);
            if (name == "printf" && isFirst && arguments[0].Kind == AlertTemplateOperandKind.Text)
                AlertTemplateFunctions.CheckFormat(arguments[0].Text, count - 1, message => Error(message, start));
            return new AlertTemplateCommand(name, arguments);
        }

        List<AlertTemplateOperand> operands = ReadOperands();
        if (operands.Count == 0)
            throw Error("a function, $value or $labels is expected", start);
        if (operands.Count > 1 || !isFirst)
            throw Error("only a function takes arguments", start);
        return new AlertTemplateCommand(Function: null, operands);
    }

    private AlertTemplateCommand ReadIndex(int start)
    {
        Skip();
        if (!text.AsSpan(_at, to - _at).StartsWith("$labels"))
            throw Error("'index' is for $labels: {{ index $labels \"name\" }}", start);
        _at += "$labels".Length;
        List<AlertTemplateOperand> names = ReadOperands();
        return names is [{ Kind: AlertTemplateOperandKind.Text } name]
            ? new AlertTemplateCommand(Function: null, [new AlertTemplateOperand(AlertTemplateOperandKind.Label, name.Text)])
            : throw Error("'index $labels' takes the name of a label in quotes", start);
    }

    private List<AlertTemplateOperand> ReadOperands()
    {
        var operands = new List<AlertTemplateOperand>();
        for (Skip(); _at < to && text[_at] != '|'; Skip())
            operands.Add(ReadOperand());
        return operands;
    }

    private AlertTemplateOperand ReadOperand()
    {
        int start = _at;
        if (text[_at] == '"')
            return new AlertTemplateOperand(AlertTemplateOperandKind.Text, ReadQuoted());
        if (text[_at] is '$' or '.')
        {
            string prefix = text[_at] == '$' ? "$" : ".";
            _at++;
            string name = ReadName();
            if (name == (prefix == "$" ? "value" : "Value"))
                return new AlertTemplateOperand(AlertTemplateOperandKind.Value);
            if (name == (prefix == "$" ? "labels" : "Labels") && _at < to && text[_at] == '.')
            {
                _at++;
                if (ReadName() is { Length: > 0 } label)
                    return new AlertTemplateOperand(AlertTemplateOperandKind.Label, label);
            }

            throw Error($"'{text[start.._at]}' is neither $value nor $labels.name", start);
        }

        while (_at < to && !char.IsWhiteSpace(text[_at]) && text[_at] != '|')
            _at++;
        return double.TryParse(text.AsSpan(start, _at - start), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? new AlertTemplateOperand(AlertTemplateOperandKind.Number, Number: number)
            : throw Error($"'{text[start.._at]}' is neither $value, $labels.name, a text in quotes nor a number", start);
    }

    private string ReadQuoted()
    {
        int start = _at++;
        var quoted = new StringBuilder();
        while (_at < to && text[_at] != '"')
        {
            if (text[_at] == '\\' && _at + 1 < to)
                _at++;
            quoted.Append(text[_at++]);
        }

        if (_at >= to)
            throw Error("the quotes are not closed", start);
        _at++;
        return quoted.ToString();
    }

    private string ReadName()
    {
        int start = _at;
        while (_at < to && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_'))
            _at++;
        return text[start.._at];
    }

    private bool TryTake(char c)
    {
        Skip();
        if (_at >= to || text[_at] != c)
            return false;
        _at++;
        return true;
    }

    private void Skip()
    {
        while (_at < to && char.IsWhiteSpace(text[_at]))
            _at++;
    }

    private FormatException Error(string message, int? at = null) => new($"'{text}': at position {(at ?? _at) + 1}, {message}.");
}
