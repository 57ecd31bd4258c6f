using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;

namespace Baeum.Course;

/// <summary>A chapter's code, loaded so that it can be unloaded again.</summary>
internal sealed class CompiledChapter : IDisposable
{
    private readonly AssemblyLoadContext context;
    private readonly MethodInfo entry;

    /// <param name="chapter">The program.</param>
    /// <param name="optimise">False: slow code that knows its line at every instruction.</param>
    /// <exception cref="ChapterException">The program does not compile.</exception>
    internal CompiledChapter(Chapter chapter, bool optimise = true)
    {
        // starting the compiler takes seconds, running most chapters does not: unchanged ones are kept
        (byte[] Code, byte[] Symbols)? kept = optimise ? ChapterCache.Find(chapter) : null;
        (byte[] code, byte[] symbols) = kept ?? ChapterCompiler.Compile(chapter, optimise);
        context = new AssemblyLoadContext("chapter " + chapter.Id, isCollectible: true);
        entry = context.LoadFromStream(new MemoryStream(code), new MemoryStream(symbols)).EntryPoint!;
        if (optimise && kept is null)
            ChapterCache.Keep(chapter, code, symbols);
    }

    public void Dispose() => context.Unload();

    internal void Invoke()
    {
        object[] arguments = entry.GetParameters().Length == 0 ? [] : [Array.Empty<string>()];
        entry.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, CultureInfo.InvariantCulture);
    }
}
