using System.Runtime.InteropServices;

namespace Varai.Configuration.Documents;

/// <summary>Where a member stands in the text: from its name to the end of its value.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MemberSpan(int NameStart, int ValueStart, int End);
