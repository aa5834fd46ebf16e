using System.Text;

namespace Varai.Monitoring.Resources;

/// <summary>A line of <c>/proc/self/mountinfo</c>.</summary>
/// <param name="Device">Major and minor number, such as <c>8:1</c>.</param>
/// <param name="Root">Which folder of the file system is mounted.</param>
/// <param name="Path">Where.</param>
/// <param name="Type">The file system's type.</param>
/// <param name="Source">What it is on.</param>
/// <param name="Options">Options of the file system.</param>
internal sealed record MountPoint(string Device, string Root, string Path, string Type, string Source, string Options)
{
    public static IReadOnlyList<MountPoint> ReadAll(SystemFile file)
    {
        if (!file.TryRead(out ReadOnlySpan<byte> text))
            return [];
        var found = new List<MountPoint>();
        bool isMalformed = false;
        foreach (string line in Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Parse(line) is { } mount)
                found.Add(mount);
            else
                isMalformed = true;
        }

        if (isMalformed)
            file.NoteMalformed("the mounted file systems");
        return found;
    }

    // 36 35 98:0 /root /path rw,noatime master:1 - ext3 /dev/sda1 rw,errors=continue; the fields before the hyphen vary in number.
    private static MountPoint? Parse(string line)
    {
        string[] fields = line.Split(' ');
        int hyphen = Array.IndexOf(fields, "-");
        return hyphen >= 6 && fields.Length >= hyphen + 3
            ? new MountPoint(
                fields[2], Unescape(fields[3]), Unescape(fields[4]), fields[hyphen + 1], Unescape(fields[hyphen + 2]),
                fields.Length > hyphen + 3 ? fields[hyphen + 3] : "")
            : null;
    }

    // Space, tab, line feed and backslash are written in octal.
    private static string Unescape(string text) => text.Contains('\\', StringComparison.Ordinal)
        ? text.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal)
        : text;
}
