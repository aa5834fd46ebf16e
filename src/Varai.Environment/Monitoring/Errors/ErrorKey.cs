using System.Runtime.InteropServices;

namespace Varai.Monitoring.Errors;

/// <summary>What tells a group from others.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ErrorKey(string Type, string Place);
