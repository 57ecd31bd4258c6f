using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Baeum.Course;

/// <summary>Turns a chapter's text into code in memory, with Roslyn.</summary>
internal static class ChapterCompiler
{
    // what the SDK gives to a console program, and what chapters/Directory.Build.props adds
    private const string GlobalUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Baeum;
        global using Baeum.Course;
        global using Baeum.Plotting;
        global using Baeum.Text;
        global using Baeum.Models;
        global using Baeum.Inference;
        global using Layer = Baeum.Layer;
        """;

    // the compiler's own attribute for Debug code would switch the JIT's optimisations off
    private const string Optimised = "[assembly: System.Diagnostics.Debuggable(System.Diagnostics.DebuggableAttribute.DebuggingModes.Default)]";

    private static readonly Lazy<MetadataReference[]> References = new(() =>
        ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator)
            .Where(IsPlatformOrEngine).Select(path => (MetadataReference)MetadataReference.CreateFromFile(path)).ToArray());

    private static readonly CSharpParseOptions Parsing = CSharpParseOptions.Default
        .WithLanguageVersion(LanguageVersion.Latest)
        .WithFeatures([KeyValuePair.Create("FileBasedProgram", "true")]);

    private static readonly Lazy<SyntaxTree[]> Preludes = new(() =>
        [.. ((string[])[GlobalUsings, GlobalUsings + "\n" + Optimised]).Select(text => CSharpSyntaxTree.ParseText(text, Parsing, encoding: System.Text.Encoding.UTF8))]);

    /// <summary>The code and its symbols.</summary>
    /// <param name="chapter">The program.</param>
    /// <param name="optimise">False: slow code that knows its line at every instruction.</param>
    /// <exception cref="ChapterException">The program does not compile.</exception>
    internal static (byte[] Code, byte[] Symbols) Compile(Chapter chapter, bool optimise)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(SourceText.From(chapter.Source, System.Text.Encoding.UTF8), Parsing, chapter.Path);
        var compilation = CSharpCompilation.Create(
            "chapter-" + chapter.Id,
            [Preludes.Value[optimise ? 1 : 0], tree],
            References.Value,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, optimizationLevel: OptimizationLevel.Debug, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        using var code = new MemoryStream();
        using var symbols = new MemoryStream();
        EmitResult result = compilation.Emit(code, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        return result.Success ? (code.ToArray(), symbols.ToArray()) : throw new ChapterException(Explain(result.Diagnostics));
    }

    // ours and the framework's: what the command line and the tests bring along is none of a chapter's business
    private static bool IsPlatformOrEngine(string path)
    {
        string name = Path.GetFileName(path);
        return name is "mscorlib.dll" or "netstandard.dll" || name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("System.CommandLine", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.Win32.", StringComparison.Ordinal)
            || (name.StartsWith("Baeum", StringComparison.Ordinal) && !name.StartsWith("Baeum.Cli", StringComparison.Ordinal) && !name.StartsWith("Baeum.Tests", StringComparison.Ordinal));
    }

    private static string Explain(IEnumerable<Diagnostic> diagnostics)
    {
        const int shown = 10;
        Diagnostic[] errors = diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start).ToArray();
        IEnumerable<string> lines = errors.Take(shown).Select(error =>
        {
            FileLinePositionSpan place = error.Location.GetLineSpan();
            return string.Create(CultureInfo.InvariantCulture, $"{place.Path}:{place.StartLinePosition.Line + 1}: {error.Id}: {error.GetMessage(UserLanguage.Culture)}");
        });
        if (errors.Length > shown)
            lines = lines.Append(Messages.AndMore(errors.Length - shown));
        return string.Join(Environment.NewLine, lines);
    }
}
