using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Baeum.Course;
using Baeum.Kernels;
using Baeum.Recipes;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum train NAME|FILE</c>: carries a recipe out.</summary>
internal sealed class TrainCommand : CliCommand
{
    private readonly Argument<string> recipeArgument;
    private readonly Option<string?> dataOption, outputOption, threadsOption;
    private readonly Option<string[]> setOption;

    internal TrainCommand() : base("train", "레시피(recipes/)대로 모델 학습", "train a model by a recipe")
    {
        recipeArgument = Argument("NAME|FILE", "recipes/NAME.json, 또는 레시피 파일", "recipes/NAME.json, or a recipe's file");
        dataOption = Option("--data", "DIR", "자료 폴더 (기본: 저장소 옆의 ../shared/data)", "the folder of the data (default: ../shared/data beside the repository)");
        outputOption = Option("--out", "DIR", "모델을 저장할 폴더 (기본: out/NAME). 중단된 학습은 같은 명령으로 이어집니다.", "the folder for the model (default: out/NAME); what was interrupted goes on with the same command");
        setOption = Options("--set", "key=value", "레시피의 값을 바꿈. 예: epochs=1 (여러 번 가능)", "changes a value of the recipe, such as epochs=1; may be repeated");
        threadsOption = Option("--threads", "N", "스레드 수 (기본: 코어 수)", "threads (default: all cores)");
        Debug();
    }

    internal override int Run(ParseResult given, CommandContext context)
    {
        if (given.GetValue(threadsOption) is { } threads)
            Threads.Count = BenchCommand.ParseThreads(threads);
        string home = context.Course().Home;
        Recipe recipe = Recipe.Read(Locate(given.GetValue(recipeArgument)!, home), given.GetValue(setOption) ?? []);
        string data = given.GetValue(dataOption) ?? Path.Combine(home, "..", "shared", "data");
        if (!Directory.Exists(data))
            throw new LessonUsageException(Messages.NoDataFolder(Path.GetFullPath(data)));
        string output = given.GetValue(outputOption) ?? Path.Combine("out", recipe.Name);
        // the step that is under way ends, and a checkpoint is written
        context.Patience = TimeSpan.FromMinutes(1);
        var printer = new Printer(context);
        var watch = Stopwatch.StartNew();
        IReadOnlyList<RecipeFigure> figures;
        try
        {
            figures = new RecipeRun(recipe, data, output) { Progress = printer }.Run(context.Cancellation);
        }
        catch (OperationCanceledException)
        {
            printer.End();
            context.Messages.WriteLine(Messages.TrainingStopped(output));
            return ExitCode.Stopped;
        }
        catch (RecipeException error)
        {
            throw new LessonUsageException(error.Message);
        }
        printer.End();
        foreach (RecipeFigure figure in figures)
            context.Results.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{figure.Name}\t{figure.Value:0.####}"));
        context.Results.WriteLine(Messages.ModelTrained(output, watch.Elapsed.TotalSeconds));
        return ExitCode.Done;
    }

    private static string Locate(string name, string home)
    {
        if (File.Exists(name))
            return name;
        string folder = Path.Combine(home, "recipes"), path = Path.Combine(folder, name + ".json");
        if (File.Exists(path))
            return path;
        string[] known = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)] : [];
        throw new LessonUsageException(Messages.NoRecipe(name, known, Nearest.Names(name, known)));
    }

    /// <summary>On a terminal one line that is redrawn, elsewhere a plain line now and then; a line for each measurement.</summary>
    private sealed class Printer(CommandContext context) : IProgress<RecipeProgress>
    {
        private readonly double seconds = context.Interactive ? 0.2 : 10;
        private long last;
        private int drawn;

        public void Report(RecipeProgress value)
        {
            if (value.IsResumed)
                Line(Messages.TrainingResumed(value.Step, value.TotalSteps));
            if (value.Figures is not null)
                Line($"{Describe(value)}  {string.Join("  ", value.Figures.Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Name} {figure.Value:0.####}")))}");
            else if (last == 0 || Stopwatch.GetElapsedTime(last).TotalSeconds >= seconds)
                Draw(Describe(value));
        }

        internal void End()
        {
            if (drawn > 0)
                context.Messages.WriteLine();
            drawn = 0;
        }

        private static string Describe(RecipeProgress value) =>
            Messages.TrainingStep(value.Step, value.TotalSteps, value.Epoch + 1, value.Loss, value.LearningRate, double.IsFinite(value.SecondsLeft) ? TimeSpan.FromSeconds(value.SecondsLeft) : null);

        private void Draw(string text)
        {
            last = Stopwatch.GetTimestamp();
            if (!context.Interactive)
            {
                context.Messages.WriteLine(text);
                return;
            }
            context.Messages.Write('\r' + TextLayout.PadRight(text, drawn));
            drawn = TextLayout.Width(text);
        }

        private void Line(string text)
        {
            if (drawn > 0)
                context.Messages.Write('\r' + new string(' ', drawn) + '\r');
            drawn = 0;
            context.Messages.WriteLine(text);
        }
    }
}
